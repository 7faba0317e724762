import {
  createFormField,
  FormFieldBlueprint,
} from '@backstage/plugin-scaffolder-react/alpha';

// One extension for each field, so that a portal can replace or leave out any.
// They are loaded when a form is first opened.

const load = () => import('./fields');

/** The fields of the create form, for the new frontend system. */
export const scaffolderExtensions = [
  FormFieldBlueprint.make({
    name: 'service-name',
    params: {
      field: async () => createFormField((await load()).serviceName),
    },
  }),
  FormFieldBlueprint.make({
    name: 'runtime-picker',
    params: {
      field: async () => createFormField((await load()).runtimePicker),
    },
  }),
  FormFieldBlueprint.make({
    name: 'target-picker',
    params: {
      field: async () => createFormField((await load()).targetPicker),
    },
  }),
  FormFieldBlueprint.make({
    name: 'scaling',
    params: { field: async () => createFormField((await load()).scaling) },
  }),
  FormFieldBlueprint.make({
    name: 'repository',
    params: { field: async () => createFormField((await load()).repository) },
  }),
  FormFieldBlueprint.make({
    name: 'review',
    params: { field: async () => createFormField((await load()).review) },
  }),
  FormFieldBlueprint.make({
    name: 'decommission',
    params: {
      field: async () => createFormField((await load()).decommission),
    },
  }),
];
