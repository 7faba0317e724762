/** What the site is called in the catalog. */
export const name = '${{ values.name }}';
