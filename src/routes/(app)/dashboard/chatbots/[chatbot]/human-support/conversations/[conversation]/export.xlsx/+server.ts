import { ofTranscript } from '$lib/server/exports';

const handlers = ofTranscript('xlsx');

export const HEAD = handlers.HEAD;
export const GET = handlers.GET;
