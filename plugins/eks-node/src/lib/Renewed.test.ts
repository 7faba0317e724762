import { Renewed } from './Renewed';

describe('Renewed', () => {
  it('makes a value once for all who wait, and again when it has ended', async () => {
    let now = 1000;
    const make = jest.fn(async () => ({ value: now, until: now + 100 }));
    const renewed = new Renewed(make, () => now);

    expect(await Promise.all([renewed.get(), renewed.get()])).toEqual([
      1000, 1000,
    ]);
    now = 1099;
    expect(await renewed.get()).toBe(1000);
    now = 1100;
    expect(await renewed.get()).toBe(1100);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('tries again after a failure', async () => {
    const make = jest
      .fn<Promise<{ value: string; until: number }>, []>()
      .mockRejectedValueOnce(new Error('denied'))
      .mockResolvedValueOnce({ value: 'good', until: Infinity });
    const renewed = new Renewed(make);

    await expect(renewed.get()).rejects.toThrow('denied');
    expect(await renewed.get()).toBe('good');
  });
});
