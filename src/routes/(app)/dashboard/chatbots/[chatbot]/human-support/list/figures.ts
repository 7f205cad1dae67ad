// Which figure of the strip counts the rows of which view.
import type { CaseFilter, TriageStats } from '$lib/server/cases';

/** How many rows a view without a search has; undefined for the views that only the reconciliation counts. */
export function countOf(filter: CaseFilter, stats: TriageStats): number | undefined {
  switch (filter) {
    case 'unresolved':
    case 'resolved':
    case 'all':
      return stats.pills[filter];
    case 'total':
      return stats.total;
    case 'unresolved_in_window':
      return stats.unresolved;
    case 'older':
      return stats.older_open;
    case 'population':
      return stats.population;
    case 'targeted':
      return stats.targets?.targeted;
    case 'within_target':
      return stats.targets?.within;
    case 'missed_target':
      return stats.targets?.missed;
    case 'due':
      return stats.targets?.due;
    case 'past_due':
      return stats.targets?.past_due;
    default:
      return undefined;
  }
}
