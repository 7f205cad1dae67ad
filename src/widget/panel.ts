/**
 * The panel's entry: puts storage, API, conversation, sync and view together around the launcher's button. Loaded as a
 * classic script and handed to the launcher on its own script element, so that it needs neither CORS headers
 * from the host that serves it nor a second global on the page it runs in.
 */
import type { WidgetConfig } from '#shared/contract.ts';
import { openApi } from './api.ts';
import { createChat } from './chat.ts';
import { laterWithin } from './later.ts';
import type { Launcher, Panel, StartPanel } from './launcher.ts';
import { isRightToLeft } from './locale.ts';
import { openOutbox } from './outbox.ts';
import { pageAddress } from './page-address.ts';
import type { Resume } from './resume.ts';
import { openSession } from './session.ts';
import { openStorage, type Storage } from './storage.ts';
import { NOTHING_YET } from './store.ts';
import { keepInSync } from './sync.ts';
import { phaseOf } from './transcript.ts';
import type { WithoutConfig } from './unconfigured.ts';
import { createView } from './view.ts';
import { openWords } from './words.ts';

async function start(launcher: Launcher): Promise<Panel> {
  const { chatbot, emit, signal } = launcher;
  const later = laterWithin(signal);
  const locale = launcher.config?.locale ?? launcher.locale;
  const storage = openStorage(chatbot);
  const api = openApi(launcher.api, signal);
  const page = () => pageAddress(location.href, chat.state().config?.page_parameters);
  const session = openSession(api, storage, chatbot, locale, page);
  const words = openWords(launcher.texts, locale);
  // Before anything is put into the page: should the part not come, the launcher starts us again.
  const config =
    launcher.config ??
    keptConfig(storage) ??
    (await launcher.load<WithoutConfig>('unconfigured'))(launcher, words);
  let conversationId = session.conversationId();

  const chat = createChat({
    api,
    session,
    storage,
    outbox: openOutbox(storage),
    later,
    onEvent: emit,
    onState(state, before) {
      if (state.config !== before.config) storage.set('config', JSON.stringify(state.config));
      view.render(state);
      if (phaseOf(state) !== phaseOf(before) || session.conversationId() !== conversationId) {
        conversationId = session.conversationId();
        void sync.now();
      }
      for (const message of state.messages) {
        if (message.role === 'agent' && !before.messages.some(({ id }) => id === message.id)) {
          emit('message', { role: 'agent' });
        }
      }
    },
  });
  const sync = keepInSync(launcher, later, chat, api, session, locale);
  const panel: Panel = {
    open() {
      if (chat.state().is_open) return view.focus();
      chat.change({ is_open: true });
      view.show();
      void sync.now();
      emit('open');
    },
    close() {
      if (!chat.state().is_open) return;
      chat.change({ is_open: false });
      view.hide();
      sync.schedule();
      emit('close');
    },
    escalate() {
      panel.open();
      chat.escalate('api');
    },
    reset() {
      storage.remove('reset');
      panel.close();
      chat.leave();
      view.forget();
    },
  };
  /** Somebody comes by the link of a mail. */
  function resume(): void {
    if (/handoff=/.test(location.hash))
      launcher
        .load<Resume>('resume')
        .then((go) => go(launcher, later, storage, api, session, chat, words, panel))
        .catch(() => undefined);
  }
  const view = createView(launcher, later, chat, words, panel);
  // The page has its turn. What the panel needs before it can be shown is made in small pieces.
  await new Promise((resolve) => setTimeout(resolve));

  launcher.frame.lang = locale;
  launcher.frame.dir = isRightToLeft(locale) ? 'rtl' : 'ltr';
  chat.setConfig(config);
  chat.setOnline(navigator.onLine);
  // The last page was left before its panel was there to forget the visitor.
  if (storage.get('reset')) panel.reset();
  chat.flush();
  void sync.now();
  resume();

  addEventListener('hashchange', resume, { signal });
  addEventListener('online', () => (chat.setOnline(true), void sync.now()), { signal });
  addEventListener('offline', () => chat.setOnline(false), { signal });
  const onVisibility = () => {
    if (document.hidden) return sync.schedule();
    view.render(chat.state());
    void sync.now();
  };
  document.addEventListener('visibilitychange', onVisibility, { signal });
  storage.onChange(() => {
    const was = conversationId;
    conversationId = session.conversationId();
    // Another tab has begun a new conversation: this one shows the same.
    if (was && was !== conversationId) chat.change(NOTHING_YET);
    chat.flush();
    void sync.now();
  }, signal);
  return panel;
}

/** What the last page knew, for a page on which the server cannot be reached. */
function keptConfig(storage: Storage): WidgetConfig | null {
  try {
    return JSON.parse(storage.get('config') ?? 'null');
  } catch {
    return null;
  }
}

(document.currentScript as HTMLScriptElement & { handoff: StartPanel }).handoff = start;
