'use client';
/** `<HandoffWidget src chatbot api />` for React 18 and later: the chat is on the page while the component is. */
import { useEffect } from 'react';
import { mount, type HandoffOptions } from './index.ts';

export type { HandoffOptions };

export function HandoffWidget({ src, chatbot, api, locale, position, nonce }: HandoffOptions): null {
  useEffect(
    () => mount({ src, chatbot, api, locale, position, nonce }),
    [src, chatbot, api, locale, position, nonce],
  );
  return null;
}
