import { serveWidgetFile } from '$lib/server/widget-files';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ request }) => serveWidgetFile('widget.js', request);
