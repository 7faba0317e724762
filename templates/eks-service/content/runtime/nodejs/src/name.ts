/** What the service is called in the catalog. */
export const name = '${{ values.name }}';
