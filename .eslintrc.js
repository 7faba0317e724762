// Nothing above this folder has a say.
module.exports = { root: true };
