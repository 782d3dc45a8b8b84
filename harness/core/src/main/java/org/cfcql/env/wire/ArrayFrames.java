package org.cfcql.env.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays to little-endian frames and back. */
public final class ArrayFrames {
    private ArrayFrames() {}

    /** A frame of flags, one byte each. */
    public static byte[] flags(boolean[] values) {
        byte[] frame = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            frame[index] = (byte) (values[index] ? 1 : 0);
        }
        return frame;
    }

    /** A frame of 64-bit integers, signed or unsigned. */
    public static byte[] longs(long[] values) {
        ByteBuffer buffer = little(values.length * Long.BYTES);
        buffer.asLongBuffer().put(values);
        return buffer.array();
    }

    /** A frame of 32-bit integers. */
    public static byte[] ints(int[] values) {
        ByteBuffer buffer = little(values.length * Integer.BYTES);
        buffer.asIntBuffer().put(values);
        return buffer.array();
    }

    /** A frame of single or double precision, as {@code type} says. */
    public static byte[] reals(float[] values, ElementType type) {
        ByteBuffer buffer = little(values.length * type.bytes());
        if (type == ElementType.F32) {
            buffer.asFloatBuffer().put(values);
        } else {
            for (float value : values) {
                buffer.putDouble(value);
            }
        }
        return buffer.array();
    }

    /** A frame of double precision. */
    public static byte[] doubles(double[] values) {
        ByteBuffer buffer = little(values.length * Double.BYTES);
        buffer.asDoubleBuffer().put(values);
        return buffer.array();
    }

    /** The values of a frame in single precision; {@code type} is f32 or f64. */
    public static float[] toFloats(byte[] frame, ElementType type) {
        float[] values = new float[frame.length / type.bytes()];
        ByteBuffer buffer = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        if (type == ElementType.F32) {
            buffer.asFloatBuffer().get(values);
        } else {
            for (int index = 0; index < values.length; index++) {
                values[index] = (float) buffer.getDouble();
            }
        }
        return values;
    }

    /** The values of a frame of any type in double precision; u64 reads as signed. */
    public static double[] toDoubles(byte[] frame, ElementType type) {
        double[] values = new double[frame.length / type.bytes()];
        ByteBuffer buffer = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < values.length; index++) {
            values[index] =
                    switch (type) {
                        case U8 -> buffer.get() & 0xFF;
                        case I32 -> buffer.getInt();
                        case I64, U64 -> buffer.getLong();
                        case F32 -> buffer.getFloat();
                        case F64 -> buffer.getDouble();
                    };
        }
        return values;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
