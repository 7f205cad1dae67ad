import { ofTranscript } from '$lib/server/exports';

export const { HEAD, GET } = ofTranscript('xlsx');
