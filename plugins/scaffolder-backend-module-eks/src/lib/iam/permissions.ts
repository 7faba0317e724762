/** Name of the inline policy that the portal writes. */
export const INLINE_POLICY = 'slipway-pipeline';

/** What a pipeline may do on one resource. */
export interface Permission {
  sid: string;
  actions: string[];
  /** ARNs, or `*`. */
  resources: string[];
}

/** What a pipeline works on. */
export interface PipelineResources {
  /** ARN of the one image repository. */
  repositoryArn: string;
  /** ARNs of clusters that it has to find. */
  clusterArns: string[];
  /** ARN of the CodeBuild project that writes logs, where one does. */
  projectArn?: string;
}

/** What a pipeline needs, and nothing more. */
export function pipelinePermissions(
  resources: PipelineResources,
): Permission[] {
  const { repositoryArn, clusterArns, projectArn } = resources;
  const permissions: Permission[] = [
    {
      sid: 'LogInToRegistry',
      actions: ['ecr:GetAuthorizationToken'],
      resources: ['*'],
    },
    {
      sid: 'UseRepository',
      actions: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:DescribeImages',
        'ecr:DescribeImageScanFindings',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      resources: [repositoryArn],
    },
  ];
  if (clusterArns.length > 0) {
    permissions.push({
      sid: 'FindClusters',
      actions: ['eks:DescribeCluster'],
      resources: clusterArns,
    });
  }
  if (projectArn !== undefined) {
    const group = projectArn
      .replace(':codebuild:', ':logs:')
      .replace(':project/', ':log-group:/aws/codebuild/');
    permissions.push({
      sid: 'WriteBuildLogs',
      actions: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ],
      resources: [group, `${group}:*`],
    });
  }
  return permissions;
}

/** The same as a policy document, as JSON. */
export function permissionsPolicy(permissions: Permission[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: permissions.map(({ sid, actions, resources }) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
    })),
  });
}
