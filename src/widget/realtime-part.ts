/** Live hints as a part of their own: the panel is drawn and answers before they arrive. */
import { openHints, type OpenHints } from './realtime.ts';

(document.currentScript as HTMLScriptElement & { handoff: OpenHints }).handoff = openHints;
