namespace Waverless.Runtime.Managed;

/// <summary>Names types in messages as their author would: <c>List&lt;Order&gt;</c>.</summary>
internal static class TypeText
{
    public static string Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        if (type.IsArray)
        {
            return Of(type.GetElementType()!) + "[]";
        }

        if (!type.IsGenericType)
        {
            return type.Name;
        }

        var arguments = string.Join(", ", type.GetGenericArguments().Select(Of));
        return $"{type.Name.Split('`')[0]}<{arguments}>";
    }
}
