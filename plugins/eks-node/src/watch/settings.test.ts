import { ConfigReader } from '@backstage/config';
import { defaultWatchSettings, readWatchSettings } from './settings';

const read = (watch: object) =>
  readWatchSettings(new ConfigReader({ eks: { watch: { ...watch } } }));

it('has defaults', () => {
  expect(readWatchSettings(new ConfigReader({}))).toEqual(defaultWatchSettings);
});

it('takes durations and numbers', () => {
  expect(
    read({ keep: { minutes: 1 }, silence: '2m', maximumWatches: 7 }),
  ).toEqual({
    ...defaultWatchSettings,
    keepMs: 60_000,
    silenceMs: 120_000,
    maximumWatches: 7,
  });
});

it.each([
  [{ keep: 'soon' }, /eks\.watch\.keep: expected a duration/],
  [{ metrics: { seconds: 0 } }, /eks\.watch\.metrics: use more than no time/],
  [{ maximumObjects: 0.5 }, /eks\.watch\.maximumObjects: use a whole number/],
])('refuses %p by its key', (watch, message) => {
  expect(() => read(watch)).toThrow(message);
});
