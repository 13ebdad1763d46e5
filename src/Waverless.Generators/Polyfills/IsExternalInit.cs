namespace System.Runtime.CompilerServices;

/// <summary>What the compiler asks for, by this name, for properties that are only initialized.</summary>
internal static class IsExternalInit;
