import { ofCase } from '$lib/server/evidence-downloads';

export const HEAD = ofCase.HEAD;
export const GET = ofCase.GET;
