// Of Renovate only the schema of its configuration is needed, by a test: not the several hundred packages that it runs on.
module.exports = {
  hooks: {
    readPackage(pkg) {
      if (pkg.name !== 'renovate') return pkg;
      return { ...pkg, dependencies: {}, optionalDependencies: {}, engines: {} };
    },
  },
};
