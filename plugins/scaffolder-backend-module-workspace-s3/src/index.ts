/**
 * Keeps the files of running scaffolder tasks in Amazon S3.
 *
 * @packageDocumentation
 */
export { workspaceS3Module as default } from './module';
