// What the palette offers besides the cases themselves: what is possible just now, and nothing else.
import type { EscalationStatus } from '#shared/contract.ts';
import type { CommandName } from './commands';

export interface Command {
  label: string;
  hint?: string;
  run: () => void;
}

interface Scene {
  /** How the opened case stands; null when none is open or it never asked for a person. */
  status: EscalationStatus | null;
  selected: number;
  selectable: number;
  /** Whether this browser has not been asked about notifications yet. */
  isAsking: boolean;
}

/** The commands of this moment. */
export function paletteCommands(scene: Scene, commands: Record<CommandName, () => void>): Command[] {
  const command = (name: CommandName, label: string, hint?: string): Command => ({
    label,
    run: commands[name],
    ...(hint && { hint }),
  });
  const { status, selected, selectable, isAsking } = scene;
  const all: (Command | false)[] = [
    selected > 0 && command('resolve', `Resolve ${selected} selected`, 'E'),
    selected > 0 && command('clear', 'Clear the selection', 'Esc'),
    status !== null &&
      selected === 0 &&
      command('resolve', status === 'open' ? 'Mark resolved' : 'Reopen', 'E'),
    status !== null && command('reply', 'Reply', 'R'),
    status !== null && command('note', 'Add a note', 'N'),
    status !== null && command('unread', 'Mark unread', 'U'),
    selectable > selected && command('select-all', `Select all ${selectable} loaded cases`),
    command('show-unresolved', 'Show unresolved'),
    command('show-waiting', 'Show waiting longest first'),
    command('canned', 'Manage canned replies'),
    isAsking
      ? command('ask-to-notify', 'Switch on desktop notifications')
      : command('help', 'Keyboard help', '?'),
  ];
  return all.filter((entry) => entry !== false);
}
