using BenchmarkDotNet.Running;

// In this process: the toolchain that builds a project per benchmark does not find its way through
// one artifacts folder with a RuntimeIdentifier.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args, "--inProcess"]);
