import {
  entityLabel,
  ownershipFromMetadata,
  ownershipFromTags,
  ownershipLabels,
  tagsOf,
} from './ownership';

const entity = 'component:default/orders';

describe('ownership by tags', () => {
  it('recognises its own, with the task that made it', () => {
    const tags = tagsOf({ entity, template: 'template:default/t', task: '7' });
    expect(ownershipFromTags(tags, entity)).toEqual({
      state: 'ours',
      task: '7',
    });
  });

  it('names another owner', () => {
    expect(
      ownershipFromTags({ 'slipway:entity': 'component:default/x' }, entity),
    ).toEqual({ state: 'other', entity: 'component:default/x' });
  });

  it('takes other tags for no owner', () => {
    expect(ownershipFromTags({ team: 'x' }, entity)).toEqual({
      state: 'unowned',
    });
  });
});

describe('ownership by labels', () => {
  it('keeps long references apart within the 63 characters of a label', () => {
    const long = `component:default/${'a'.repeat(60)}`;
    expect(entityLabel(`${long}b`)).toHaveLength(63);
    expect(entityLabel(`${long}b`)).not.toBe(entityLabel(`${long}c`));
    expect(entityLabel(entity)).toBe('component.default.orders');
  });

  it('recognises its own by the label alone, and by both', () => {
    const labels = { [ownershipLabels.entity]: entityLabel(entity) };
    expect(ownershipFromMetadata({ labels }, entity)).toEqual({
      state: 'ours',
    });
    expect(
      ownershipFromMetadata(
        {
          labels: { ...labels, [ownershipLabels.task]: '7' },
          annotations: { [ownershipLabels.entity]: entity },
        },
        entity,
      ),
    ).toEqual({ state: 'ours', task: '7' });
  });

  it('names another owner by the annotation, exactly', () => {
    expect(
      ownershipFromMetadata(
        {
          labels: { [ownershipLabels.entity]: entityLabel(entity) },
          annotations: {
            [ownershipLabels.entity]: 'component:default.orders/x',
          },
        },
        entity,
      ),
    ).toEqual({ state: 'other', entity: 'component:default.orders/x' });
  });
});
