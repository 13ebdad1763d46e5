namespace Waverless.Runtime.Managed;

/// <summary>
/// Says that a parameter of a .NET function is one of the host's services. Needed only where the
/// type is not registered in every configuration; registered types are recognized by themselves.
/// A nullable parameter, or one with a default value, accepts that the service is missing.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class InjectAttribute : Attribute;
