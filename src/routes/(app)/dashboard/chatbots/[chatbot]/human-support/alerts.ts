// How a new request makes itself heard: a sound once the person has clicked anything, a mark on the icon, and, on request, a
// notification of the desktop. All of it only helps; the list is what counts.
import type { CaseRow } from '$lib/server/cases';

export interface Alerts {
  arrived: (count: number, rows: CaseRow[], chatbot: string) => void;
  /** Shows how many wait, on the icon of the tab. */
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

export function createAlerts(): Alerts {
  let audio: AudioContext | null = null;
  const isBrowser = typeof document !== 'undefined';
  // Browsers let a page make a sound only after somebody has clicked in it.
  const unlock = () => (audio ??= new AudioContext());
  if (isBrowser) addEventListener('pointerdown', unlock, { once: true });
  const canNotify = isBrowser && 'Notification' in globalThis;

  return {
    arrived(count, rows, chatbot) {
      if (document.visibilityState !== 'hidden') return;
      if (audio) ring(audio);
      if (canNotify && Notification.permission === 'granted') {
        const first = rows[0];
        const body = count > 1 ? `${count} visitors are waiting` : (first?.last_message_preview ?? '');
        new Notification(`${chatbot}: somebody asks for a person`, { body, tag: first?.id ?? chatbot });
      }
    },
    show(waiting) {
      const icon = isBrowser ? document.querySelector<HTMLLinkElement>('link[data-favicon]') : null;
      if (icon) icon.href = waiting > 0 ? '/favicon-waiting.svg' : '/favicon.svg';
    },
    get isAsking() {
      return canNotify && Notification.permission === 'default';
    },
    ask: async () => canNotify && Notification.requestPermission(),
    close() {
      if (!isBrowser) return;
      removeEventListener('pointerdown', unlock);
      void audio?.close();
      this.show(0);
    },
  };
}
