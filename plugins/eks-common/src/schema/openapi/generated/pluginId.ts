export const pluginId = 'eks';
