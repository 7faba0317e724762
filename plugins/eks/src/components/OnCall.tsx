import { type Entity, getCompoundEntityRef } from '@backstage/catalog-model';
import type { Ability } from '@slipway/backstage-plugin-eks-common/runtime';
import { createContext, type ReactNode, useContext, useMemo } from 'react';

/** Whose page this is, and what the viewer may do there. */
const OnCallContext = createContext<{ entity: Entity; abilities: Ability[] }>({
  entity: { apiVersion: '', kind: '', metadata: { name: '' } },
  abilities: [],
});

export const OnCall = ({
  entity,
  abilities,
  children,
}: {
  entity: Entity;
  abilities: Ability[];
  children: ReactNode;
}) => {
  const value = useMemo(() => ({ entity, abilities }), [entity, abilities]);
  return (
    <OnCallContext.Provider value={value}>{children}</OnCallContext.Provider>
  );
};

/** What somebody on call may change of what an entity has running. */
export function useOnCall() {
  const { entity, abilities } = useContext(OnCallContext);
  return {
    entityRef: getCompoundEntityRef(entity),
    may: (ability: Ability) => abilities.includes(ability),
  };
}
