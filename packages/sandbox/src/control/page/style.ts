/** Look of the status page; colours meet WCAG AA in both schemes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #ffffff; --text: #1b1f26; --muted: #545c69;
  --line: #d5d9e0; --accent: #0b5cad; --good: #146c34; --bad: #b3261e;
  --warn: #7a4a00; --banner: #fff4d6; --mark: #eef1f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --card: #1d2128; --text: #e8eaee; --muted: #a9b1bd;
    --line: #363c47; --accent: #7fb8f5; --good: #6fd08c; --bad: #ff9a91;
    --warn: #f3c572; --banner: #3a2f12; --mark: #272c35;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--card); padding: 8px; }
header, main { max-width: 1180px; margin: 0 auto; padding: 16px 20px; }
h1 { font-size: 26px; margin: 8px 0; }
h2 { font-size: 19px; margin: 0 0 12px; }
h3 { font-size: 16px; margin: 20px 0 6px; }
h4 { font-size: 14px; margin: 14px 0 4px; }
.banner { background: var(--banner); border: 1px solid var(--line);
  border-radius: 8px; padding: 10px 14px; margin: 0 0 12px; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 18px;
  margin: 0; padding: 0; }
section { background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; padding: 18px 20px; margin: 0 0 18px; }
.muted { color: var(--muted); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; color: var(--muted); padding: 4px 0; }
th, td { text-align: left; padding: 5px 10px 5px 0; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
code { font: 13px/1.4 ui-monospace, monospace; background: var(--mark);
  border-radius: 4px; padding: 1px 4px; overflow-wrap: anywhere; }
.badge { border: 1px solid currentColor; border-radius: 10px; padding: 0 8px;
  font-size: 13px; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); }
.warn { color: var(--warn); }
ol.steps { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 10px;
  margin: 6px 0; padding: 0; }
ol.steps li { border: 1px solid var(--line); border-radius: 8px;
  padding: 4px 10px; }
form { display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: end; }
label { display: block; font-size: 13px; color: var(--muted); }
input, select, button { font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--muted); border-radius: 6px; padding: 5px 9px; }
input[type=range] { padding: 0; width: 150px; vertical-align: middle;
  accent-color: var(--accent); }
button { cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent);
  color: var(--card); }
.load { white-space: nowrap; }
output { display: inline-block; min-width: 4em; }
`;
