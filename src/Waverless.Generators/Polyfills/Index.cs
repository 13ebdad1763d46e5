namespace System;

/// <summary>What the compiler asks for, by this name, for <c>text[1..]</c>.</summary>
internal readonly struct Index(int value, bool fromEnd = false)
{
    public static implicit operator Index(int value) => new(value);

    public int GetOffset(int length) => fromEnd ? length - value : value;
}
