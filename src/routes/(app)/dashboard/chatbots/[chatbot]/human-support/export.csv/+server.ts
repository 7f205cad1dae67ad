import { ofList } from '$lib/server/exports';

const handlers = ofList('csv');

export const HEAD = handlers.HEAD;
export const GET = handlers.GET;
