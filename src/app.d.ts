import type { SupabaseClient } from '@supabase/supabase-js';
import type { View } from '$lib/server/cases';
import type { SignedInUser } from '$lib/server/guards';

declare global {
  /** The versions of the migrations that belong to this build, in order; vite.config.ts writes them. */
  const __MIGRATIONS__: string[];
  namespace App {
    interface Locals {
      /** Speaks to Supabase as whoever is signed in; everything it reads and writes is under row-level security. */
      db: SupabaseClient;
      /** Verified claims, looked up on the first call only, so that public pages never ask the Auth server. */
      get_user: () => Promise<SignedInUser | null>;
      theme: 'system' | 'light' | 'dark';
      /** The zone of the person's device when the browser has told us; null before. */
      device_time_zone: string | null;
    }
    interface Error {
      message: string;
      /** One of the codes in `_shared/errors.ts`. */
      code: string;
      /** What the page can act on, such as who resolved a case meanwhile. */
      detail?: unknown;
    }
    interface PageState {
      /** The conversation opened without leaving the page; null is the bare list. */
      conv?: string | null;
      /** What the list shows, when it was changed without leaving the page. */
      view?: View;
    }
  }
}

export {};
