/**
 * For a page with a rule that hides every element: the root is hidden by it, and whatever is below. We bring the root back, by
 * the one declaration that outranks such a rule, as long as that shows nothing but us. A page that hides its root alone
 * (while it makes itself ready, or because a stranger has framed it) has a reason, and is left as it is.
 */
const root = document.documentElement;
const isHidden = (element: Element) => getComputedStyle(element).display === 'none';
/** What the page itself had said in the place of ours. */
let own: [value: string, priority: string] | undefined;

function look(): void {
  if (own) root.style.setProperty('display', ...own);
  own = undefined;
  if (!isHidden(root) || !isHidden(document.body)) return;
  own = [root.style.getPropertyValue('display'), root.style.getPropertyPriority('display')];
  root.style.setProperty('display', 'block', 'important');
}

// Not at once: a change of size within this callback would be reported to the page as an error.
const sizes = new ResizeObserver(() => setTimeout(look));
const watch = () => sizes.observe(document.body);
new MutationObserver(watch).observe(root, { childList: true });
watch();
look();
