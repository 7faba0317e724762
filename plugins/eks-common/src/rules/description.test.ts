import { validateDescription } from '.';

it.each([
  '',
  'Takes orders: quickly, "safely" & for 5 $ each – 주문 🚀',
  "It's 100 % YAML-safe: [yes] {no} #1 | > * &",
  'x'.repeat(200),
])('takes %p', description => {
  expect(validateDescription(description)).toBeUndefined();
});

it.each([
  ['x'.repeat(201), '200 characters'],
  ['${{ secrets.TOKEN }}', '"${{"'],
  ['{{ values.name }}', '"{{"'],
  ['{% raw %}', '"{%"'],
  ['{# note #}', '"{#"'],
  ['<%= ENV %>', '"<%"'],
  ['$(id)', '"$("'],
  ['two\nlines', 'one line'],
  ['bell \u0007', 'one line'],
  ['line \u2028 separator', 'one line'],
  ['turned \u202Etxt.exe', 'direction of text'],
])('refuses %p and says what to leave out', (description, reason) => {
  expect(validateDescription(description)).toMatch(/^description: /);
  expect(validateDescription(description)).toContain(reason);
});
