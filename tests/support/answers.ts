// Answers in the style of language models, and the tree that each becomes, written as one line: <element facts: what is inside>.
export const ANSWERS: { name: string; markdown: string; tree: string }[] = [
  {
    name: 'steps with bold headings and sub-points',
    markdown:
      'To return an item:\n\n1. **Open your order.** Go to [My orders](https://shop.example/orders).\n2. **Choose the item.**\n   - Pick a reason\n   - Add a photo (optional)\n3. **Print the label** and drop the parcel off.\n\nRefunds take **5–7 business days**.',
    tree: '<p: To return an item:><ol 1: <li: <strong: Open your order.> Go to <a https://shop.example/orders: My orders>.><li: <strong: Choose the item.><ul: <li: Pick a reason><li: Add a photo (optional)>>><li: <strong: Print the label> and drop the parcel off.>><p: Refunds take <strong: 5–7 business days>.>',
  },
  {
    name: 'sub-points indented by two spaces below a number',
    markdown: '1. Reset the router:\n  - unplug it\n  - wait 30 seconds\n2. Try again.',
    tree: '<ol 1: <li: Reset the router:>><ul: <li: unplug it><li: wait 30 seconds>><ol 2: <li: Try again.>>',
  },
  {
    name: 'sub-points indented by four spaces',
    markdown: '- Plans\n    - Basic\n    - Pro\n- Prices',
    tree: '<ul: <li: Plans<ul: <li: Basic><li: Pro>>><li: Prices>>',
  },
  {
    name: 'numbers with room between them',
    markdown: '1. First do this.\n\n2. Then do that.\n\n   It may take a minute.\n\n3. Done!',
    tree: '<ol 1: <li: <p: First do this.>><li: <p: Then do that.><p: It may take a minute.>><li: <p: Done!>>>',
  },
  {
    name: 'a list right after its sentence',
    markdown: 'You will need:\n- your order number\n- the e-mail you used',
    tree: '<p: You will need:><ul: <li: your order number><li: the e-mail you used>>',
  },
  {
    name: 'a numbered list right after its sentence',
    markdown: 'Please try:\n1. Log out\n2. Log in',
    tree: '<p: Please try:><ol 1: <li: Log out><li: Log in>>',
  },
  {
    name: 'asterisks as bullets, with bold terms',
    markdown:
      '* **Standard:** 3–5 days, free\n* **Express:** 1–2 days, €4.90\n* **Same day** (Berlin only): €9.90',
    tree: '<ul: <li: <strong: Standard:> 3–5 days, free><li: <strong: Express:> 1–2 days, €4.90><li: <strong: Same day> (Berlin only): €9.90>>',
  },
  {
    name: 'Unicode bullets that are no Markdown',
    markdown: '• One\n• Two',
    tree: '<p: • One⏎• Two>',
  },
  {
    name: 'a table with its alignment',
    markdown:
      '| Plan | Price | Seats |\n|:-----|------:|:-----:|\n| Basic | €9 | 1 |\n| Pro | €29 | **5** |\n| Enterprise | [contact us](mailto:sales@shop.example) | unlimited |',
    tree: '<table: <thead: <tr: <th: Plan><th: Price><th: Seats>>><tbody: <tr: <td: Basic><td: €9><td: 1>><tr: <td: Pro><td: €29><td: <strong: 5>>><tr: <td: Enterprise><td: <a mailto:sales@shop.example: contact us>><td: unlimited>>>>',
  },
  {
    name: 'a table without outer bars',
    markdown: 'Size | Chest\n--- | ---\nS | 88–92 cm\nM | 96–100 cm',
    tree: '<table: <thead: <tr: <th: Size><th: Chest>>><tbody: <tr: <td: S><td: 88–92 cm>><tr: <td: M><td: 96–100 cm>>>>',
  },
  {
    name: 'a table with an escaped bar and a line break in a cell',
    markdown: '| Command | Meaning |\n|---|---|\n| `a \\| b` | either<br>or |',
    tree: '<table: <thead: <tr: <th: Command><th: Meaning>>><tbody: <tr: <td: <code: a | b>><td: either<br>or>>>>',
  },
  {
    name: 'a table row with a missing and one with too many cells',
    markdown: '| A | B |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |',
    tree: '<table: <thead: <tr: <th: A><th: B>>><tbody: <tr: <td: 1>><tr: <td: 1><td: 2><td: 3>>>>',
  },
  {
    name: 'a code block with its language',
    markdown:
      'Paste this before `</body>`:\n\n```html\n<script src="https://cdn.example/widget.js" async></script>\n```\n\nThen reload the page.',
    tree: '<p: Paste this before <code: </body>>:><pre: <script src="https://cdn.example/widget.js" async></script>><p: Then reload the page.>',
  },
  {
    name: 'a code block inside a step',
    markdown: '1. Run:\n\n   ```bash\n   npm install handoff\n   npm start\n   ```\n\n2. Open the page.',
    tree: '<ol 1: <li: <p: Run:><pre: npm install handoff\nnpm start>><li: <p: Open the page.>>>',
  },
  {
    name: 'code that is still being written',
    markdown: 'Here is an example:\n\n```python\nprint("hi")',
    tree: '<p: Here is an example:><pre: print("hi")>',
  },
  {
    name: 'code without room around it',
    markdown: 'Run this:\n```\nnpm test\n```\nand tell me the result.',
    tree: '<p: Run this:><pre: npm test><p: and tell me the result.>',
  },
  {
    name: 'a code in three backticks within a line',
    markdown: '```SAVE20``` is your code. Enter it at checkout.',
    tree: '<p: <code: SAVE20> is your code. Enter it at checkout.>',
  },
  {
    name: 'a code by itself in backticks',
    markdown: 'Your code is `WELCOME-10` (valid until 31.12.).',
    tree: '<p: Your code is <code: WELCOME-10> (valid until 31.12.).>',
  },
  {
    name: 'headings of all kinds',
    markdown:
      '# Returns\n\n## How long?\n30 days.\n\n### Exceptions\n* Gift cards\n\nNote\n----\nOpened software is excluded.',
    tree: '<h1: Returns><h2: How long?><p: 30 days.><h3: Exceptions><ul: <li: Gift cards>><h2: Note><p: Opened software is excluded.>',
  },
  {
    name: 'rules between parts',
    markdown: 'Part one\n\n---\n\nPart two\n\n***\n\nPart three',
    tree: '<p: Part one><hr: ><p: Part two><hr: ><p: Part three>',
  },
  {
    name: 'a quote with its source',
    markdown: '> Goods must be returned within **14 days**.\n> — Terms, §4\n\nThat is what our terms say.',
    tree: '<blockquote: <p: Goods must be returned within <strong: 14 days>.⏎— Terms, §4>><p: That is what our terms say.>',
  },
  {
    name: 'a bare address at the end of a sentence',
    markdown: 'You can track it at https://shop.example/track?id=4711&lang=en. Anything else?',
    tree: '<p: You can track it at <a https://shop.example/track?id=4711&lang=en: https://shop.example/track?id=4711&lang=en>. Anything else?>',
  },
  {
    name: 'a bare address in brackets',
    markdown: 'Our terms (https://shop.example/terms) apply.',
    tree: '<p: Our terms (<a https://shop.example/terms: https://shop.example/terms>) apply.>',
  },
  {
    name: 'an address in angle brackets',
    markdown: 'Write to <help@shop.example> or open <https://shop.example/help>.',
    tree: '<p: Write to <a mailto:help@shop.example: help@shop.example> or open <a https://shop.example/help: https://shop.example/help>.>',
  },
  {
    name: 'an address as code',
    markdown: 'Open `https://shop.example/admin` in your browser.',
    tree: '<p: Open <code: https://shop.example/admin> in your browser.>',
  },
  {
    name: 'a link with a title',
    markdown: 'See [our guide](https://shop.example/guide "The guide") for more.',
    tree: '<p: See <a https://shop.example/guide: our guide> for more.>',
  },
  {
    name: 'a link in bold, and bold in a link',
    markdown:
      '**[Sign in](https://shop.example/login)** or [**create an account**](https://shop.example/join).',
    tree: '<p: <strong: <a https://shop.example/login: Sign in>> or <a https://shop.example/join: <strong: create an account>>.>',
  },
  {
    name: 'a link to a page of the shop itself',
    markdown: 'See [Pricing](/pricing) and [Contact](#contact).',
    tree: '<p: See [Pricing](/pricing) and [Contact](#contact).>',
  },
  {
    name: 'numbered sources and their definitions',
    markdown: 'Returns are free [1].\n\n[1]: https://shop.example/returns',
    tree: '<p: Returns are free [1].><p: [1]: <a https://shop.example/returns: https://shop.example/returns>>',
  },
  {
    name: 'a picture',
    markdown: 'Here it is:\n\n![The red lamp](https://cdn.example/lamp.png)',
    tree: '<p: Here it is:><p: <a https://cdn.example/lamp.png: The red lamp>>',
  },
  {
    name: 'a picture that leads somewhere',
    markdown: '[![The red lamp](https://cdn.example/lamp.png)](https://shop.example/lamp)',
    tree: '<p: <a https://shop.example/lamp: The red lamp>>',
  },
  {
    name: 'tasks',
    markdown: '- [x] Order received\n- [ ] Shipped',
    tree: '<ul: <li: [x] Order received><li: [ ] Shipped>>',
  },
  {
    name: 'multiplication and footnotes',
    markdown: 'The box is 40*30*20 cm, and 2 * 3 * 4 = 24. Prices* without tax.\n\n*plus shipping',
    tree: '<p: The box is 40*30*20 cm, and 2 * 3 * 4 = 24. Prices* without tax.><p: *plus shipping>',
  },
  {
    name: 'about, and struck through',
    markdown: 'It is 10~20 km, about ~15 min. ~~€49~~ now €39, or ~30~ €.',
    tree: '<p: It is 10~20 km, about ~15 min. <del: €49> now €39, or ~30~ €.>',
  },
  {
    name: 'names with underscores',
    markdown: 'Set HANDOFF_API_KEY and __init__ in my_file_name.py; *do not* rename _snake_case_.',
    tree: '<p: Set HANDOFF_API_KEY and <strong: init> in my_file_name.py; <em: do not> rename <em: snake_case>.>',
  },
  {
    name: 'Chinese with bold that ends in punctuation',
    markdown: '**价格：**100元。**注意**：请看https://shop.example/returns。谢谢！',
    tree: '<p: <strong: 价格：>100元。<strong: 注意>：请看<a https://shop.example/returns: https://shop.example/returns>。谢谢！>',
  },
  {
    name: 'Japanese with bold in brackets',
    markdown: '**「設定」**を開き、**保存（必須）**を押してください。',
    tree: '<p: <strong: 「設定」>を開き、<strong: 保存（必須）>を押してください。>',
  },
  {
    name: 'Korean with particles',
    markdown: '**계정 설정(프로필)**에서 *비밀번호*를 변경하세요.',
    tree: '<p: <strong: 계정 설정(프로필)>에서 <em: 비밀번호>를 변경하세요.>',
  },
  {
    name: 'Arabic',
    markdown: '1. افتح **الإعدادات**\n2. اضغط على [حفظ](https://shop.example/ar)؟',
    tree: '<ol 1: <li: افتح <strong: الإعدادات>><li: اضغط على <a https://shop.example/ar: حفظ>؟>>',
  },
  {
    name: 'character references',
    markdown: 'Fish &amp; Chips &gt; Salad, 5&nbsp;&euro; &copy; 2026 &#128512;',
    tree: '<p: Fish & Chips > Salad, 5 € © 2026 😀>',
  },
  {
    name: 'tags of HTML',
    markdown: 'Line one<br>Line two <b>bold</b> <script>alert(1)</script>',
    tree: '<p: Line one<br>Line two <b>bold</b> <script>alert(1)</script>>',
  },
  {
    name: 'a mathematical formula',
    markdown: 'The price is $p = 3 \\times n$ and \\(a_1 + a_2\\).',
    tree: '<p: The price is $p = 3 \\times n$ and (a_1 + a_2).>',
  },
  {
    name: 'escaped marks',
    markdown: 'Type \\*\\*not bold\\*\\* and 1\\. not a list, C:\\Users\\kim',
    tree: '<p: Type **not bold** and 1. not a list, C:\\Users\\kim>',
  },
  {
    name: 'bold over two lines',
    markdown: '**Please note:\nclosed on Monday**',
    tree: '<p: <strong: Please note:⏎closed on Monday>>',
  },
  {
    name: 'nested emphasis',
    markdown: '***Important:*** read *the **whole** text*.',
    tree: '<p: <em: <strong: Important:>> read <em: the <strong: whole> text>.>',
  },
  {
    name: 'an answer that begins with a number',
    markdown: '2024. was a good year.',
    tree: '<ol 2024: <li: was a good year.>>',
  },
  {
    name: 'an emoji before bold words',
    markdown: '✅ **Done!** Your order 🎉**#4711**🎉 is on its way.',
    tree: '<p: ✅ <strong: Done!> Your order 🎉<strong: #4711>🎉 is on its way.>',
  },
];
