import english from './translation.en';
import korean from './translation.ko';

/** Messages by their dotted keys, as the translation API names them. */
function flatten(messages: object, prefix = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${prefix}${key}`, value]]
      : flatten(value, `${prefix}${key}.`),
  );
}

const slots = (message = '') =>
  [...message.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

it('says everything in Korean, too', () => {
  expect(Object.keys(korean).sort()).toEqual(
    flatten(english)
      .map(([key]) => key)
      .sort(),
  );
});

it('loses no value in the translation', () => {
  const translated = new Map<string, string>(Object.entries(korean));
  for (const [key, message] of flatten(english)) {
    // Korean has no plural of its own, so its texts may name the count.
    const lost = slots(message).filter(
      slot => !slots(translated.get(key)).includes(slot),
    );
    expect({ key, lost }).toEqual({ key, lost: [] });
  }
});
