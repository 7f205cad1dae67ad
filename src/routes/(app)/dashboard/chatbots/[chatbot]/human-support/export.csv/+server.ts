import { ofList } from '$lib/server/exports';

export const { HEAD, GET } = ofList('csv');
