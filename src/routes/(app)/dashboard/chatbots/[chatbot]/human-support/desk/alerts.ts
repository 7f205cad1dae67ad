// How a new request makes itself heard: a sound once the person has clicked or typed anything, the count on the icon of the tab
// and of the installed app, and, on request, a notification of the desktop. All of it only helps; the list is what counts.
import type { CaseRow } from '$lib/server/cases';

export interface Alerts {
  /** New requests: how many, and those of them that the list shows. Heard only while the page is hidden. */
  arrived: (count: number, rows: CaseRow[], chatbot: string) => void;
  /** Shows how many wait. */
  show: (waiting: number) => void;
  /** Whether the browser would still have to ask about notifications. */
  readonly isAsking: boolean;
  ask: () => Promise<unknown>;
  close: () => void;
}

/** Two soft notes, made here so that nothing has to be loaded. */
function ring(audio: AudioContext): void {
  [660, 880].forEach((frequency, index) => {
    const start = audio.currentTime + index * 0.16;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.32);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.35);
  });
}

/** The icon of the tab with a count on it, capped as counts in the list are. */
function countedIcon(waiting: number): string {
  const count = waiting > 9 ? '9+' : String(waiting);
  return `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3f50d0"/>` +
      `<path d="M7 8v16M19 8v16M7 17.500c4-4 8 2.500 12-1.500" stroke="#fff" stroke-width="3.400" stroke-linecap="round" fill="none"/>` +
      `<rect x="${count.length > 1 ? 12 : 16}" y="0" width="${count.length > 1 ? 20 : 16}" height="18" rx="8" fill="#f0b429"/>` +
      `<text x="${count.length > 1 ? 22 : 24}" y="14" font-family="system-ui,sans-serif" font-size="15" font-weight="700" text-anchor="middle" fill="#1b1500">${count}</text></svg>`,
  )}`;
}

/** `open` shows the case whose notification was clicked. */
export function createAlerts(open: (id: string) => void): Alerts {
  let audio: AudioContext | null = null;
  const isBrowser = typeof document !== 'undefined';
  const canNotify = isBrowser && 'Notification' in globalThis;

  /**
   * The way to the loudspeaker, which a page has only after somebody has done something in it. It is opened when it is needed:
   * opening takes a tenth of a second, which the first click would have to wait for.
   */
  function loudspeaker(): AudioContext | null {
    if (navigator.userActivation?.hasBeenActive) audio ??= new AudioContext();
    return audio;
  }

  function notify(count: number, first: CaseRow | undefined, chatbot: string): void {
    if (!canNotify || Notification.permission !== 'granted') return;
    const body = count > 1 ? `${count} visitors are waiting` : (first?.last_message_preview ?? '');
    try {
      const notification = new Notification(`${chatbot}: a visitor is asking for a person`, {
        body,
        tag: first?.id ?? chatbot,
      });
      notification.onclick = () => {
        focus();
        if (first) open(first.id);
        notification.close();
      };
    } catch {
      // Chrome on Android shows notifications for service workers alone; sound and count remain.
    }
  }

  return {
    arrived(count, rows, chatbot) {
      if (document.visibilityState !== 'hidden') return;
      const audio = loudspeaker();
      if (audio) ring(audio);
      notify(count, rows[0], chatbot);
    },
    show(waiting) {
      if (!isBrowser) return;
      const icon = document.querySelector<HTMLLinkElement>('link[data-favicon]');
      if (icon) icon.href = waiting > 0 ? countedIcon(waiting) : '/favicon.svg';
      // Where the installed app has a badge; browsers refuse it to pages that are not installed, and that is no fault.
      void navigator.setAppBadge?.(waiting).catch(() => undefined);
    },
    get isAsking() {
      return canNotify && Notification.permission === 'default';
    },
    ask: async () => canNotify && Notification.requestPermission(),
    close() {
      if (!isBrowser) return;
      void audio?.close();
      this.show(0);
    },
  };
}
