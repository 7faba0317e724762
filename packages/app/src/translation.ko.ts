// Korean texts of the portal.
export default {
  'signIn.github': 'GitHub 계정으로 소속 팀을 확인합니다.',
};
