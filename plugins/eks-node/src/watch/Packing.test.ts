import { Packing, unpack } from './Packing';

const pod = (name: string, more = '') =>
  JSON.stringify({
    metadata: { name, namespace: 'orders' },
    spec: Array.from({ length: 50 }, (_, index) => ({ key: `field-${index}` })),
    more,
  });

it('gives back what it took, and takes little for what is alike', () => {
  const packing = new Packing();
  const texts = ['', pod('one'), pod('two'), '"Größe ✓"', pod('주문')];
  const packed = texts.map(text => packing.pack(text));
  expect(packed.map(unpack)).toEqual(texts);

  const alike = new Packing();
  alike.pack(pod('one'));
  expect(alike.pack(pod('two')).bytes.length).toBeLessThan(
    pod('two').length / 20,
  );
});

it('takes texts that are larger than a dictionary can be', () => {
  const packing = new Packing();
  const large = [pod('one', 'x'.repeat(100_000)), pod('two', 'y'.repeat(1e6))];
  expect(large.map(text => unpack(packing.pack(text)))).toEqual(large);
});
