import { readEntityRef } from './entityRef';

describe('readEntityRef', () => {
  it.each(['orders', 'Component:orders', 'component:default/Orders'])(
    'writes %s in full',
    ref => {
      expect(readEntityRef(ref, 'component')).toBe('component:default/orders');
    },
  );

  it.each([
    '',
    'a:b:c/d',
    'component:default/',
    'or ders',
    'x/../y',
    '${{ x }}',
  ])('takes %j for none', ref => {
    expect(readEntityRef(ref, 'component')).toBeUndefined();
  });
});
