import { chromium, oldChromium } from './chromium.ts';
import { firefox } from './firefox.ts';
import { webkitgtk } from './webkitgtk.ts';

/** Chromium of today first: it is what the others are held against. */
export const ENGINES = [chromium, firefox, webkitgtk, oldChromium];
