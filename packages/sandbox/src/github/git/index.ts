export * from './read';
export { git, GitError, gitLine } from './run';
export {
  advertiseRefs,
  isGitService,
  serveService,
  type GitService,
} from './smartHttp';
export {
  isAncestor,
  isFilePath,
  MergeConflict,
  mergeTrees,
  moveBranch,
  writeBlob,
  writeCommit,
  writeTree,
  type Change,
} from './write';
