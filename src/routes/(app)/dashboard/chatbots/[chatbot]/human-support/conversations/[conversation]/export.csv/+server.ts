import { ofTranscript } from '$lib/server/exports';

const handlers = ofTranscript('csv');

export const HEAD = handlers.HEAD;
export const GET = handlers.GET;
