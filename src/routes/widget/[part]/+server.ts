import { serveWidgetFile } from '$lib/server/widget-files';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ params, request }) => serveWidgetFile(`widget/${params.part}`, request);
