import { ofList } from '$lib/server/exports';

const handlers = ofList('xlsx');

export const HEAD = handlers.HEAD;
export const GET = handlers.GET;
