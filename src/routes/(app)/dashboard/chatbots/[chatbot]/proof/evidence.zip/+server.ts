import { ofPeriod } from '$lib/server/evidence-downloads';

export const HEAD = ofPeriod.HEAD;
export const GET = ofPeriod.GET;
