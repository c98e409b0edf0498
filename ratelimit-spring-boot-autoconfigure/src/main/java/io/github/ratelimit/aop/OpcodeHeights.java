package io.github.ratelimit.aop;

import org.springframework.asm.Opcodes;

/**
 * By how much instructions without an operand of their own, of variables, and of jumps
 * change the height of the stack (Java Virtual Machine Specification, chapter 6).
 */
final class OpcodeHeights {

	/**
	 * Opcodes for which the stack gets higher or lower by so much, from -4 on; not listed
	 * are those that leave it as it is.
	 */
	private static final int[][] CHANGES = {
			// -4
			{ Opcodes.LASTORE, Opcodes.DASTORE },
			// -3
			{ Opcodes.IASTORE, Opcodes.FASTORE, Opcodes.AASTORE, Opcodes.BASTORE, Opcodes.CASTORE, Opcodes.SASTORE,
					Opcodes.LCMP, Opcodes.DCMPL, Opcodes.DCMPG },
			// -2
			{ Opcodes.LSTORE, Opcodes.DSTORE, Opcodes.POP2, Opcodes.LADD, Opcodes.DADD, Opcodes.LSUB, Opcodes.DSUB,
					Opcodes.LMUL, Opcodes.DMUL, Opcodes.LDIV, Opcodes.DDIV, Opcodes.LREM, Opcodes.DREM, Opcodes.LAND,
					Opcodes.LOR, Opcodes.LXOR, Opcodes.IF_ICMPEQ, Opcodes.IF_ICMPNE, Opcodes.IF_ICMPLT,
					Opcodes.IF_ICMPGE, Opcodes.IF_ICMPGT, Opcodes.IF_ICMPLE, Opcodes.IF_ACMPEQ, Opcodes.IF_ACMPNE },
			// -1
			{ Opcodes.IALOAD, Opcodes.FALOAD, Opcodes.AALOAD, Opcodes.BALOAD, Opcodes.CALOAD, Opcodes.SALOAD,
					Opcodes.ISTORE, Opcodes.FSTORE, Opcodes.ASTORE, Opcodes.POP, Opcodes.IADD, Opcodes.FADD,
					Opcodes.ISUB, Opcodes.FSUB, Opcodes.IMUL, Opcodes.FMUL, Opcodes.IDIV, Opcodes.FDIV, Opcodes.IREM,
					Opcodes.FREM, Opcodes.ISHL, Opcodes.LSHL, Opcodes.ISHR, Opcodes.LSHR, Opcodes.IUSHR, Opcodes.LUSHR,
					Opcodes.IAND, Opcodes.IOR, Opcodes.IXOR, Opcodes.L2I, Opcodes.L2F, Opcodes.D2I, Opcodes.D2F,
					Opcodes.FCMPL, Opcodes.FCMPG, Opcodes.MONITORENTER, Opcodes.MONITOREXIT, Opcodes.IFEQ, Opcodes.IFNE,
					Opcodes.IFLT, Opcodes.IFGE, Opcodes.IFGT, Opcodes.IFLE, Opcodes.IFNULL, Opcodes.IFNONNULL },
			// 0
			{},
			// 1
			{ Opcodes.ACONST_NULL, Opcodes.ICONST_M1, Opcodes.ICONST_0, Opcodes.ICONST_1, Opcodes.ICONST_2,
					Opcodes.ICONST_3, Opcodes.ICONST_4, Opcodes.ICONST_5, Opcodes.FCONST_0, Opcodes.FCONST_1,
					Opcodes.FCONST_2, Opcodes.ILOAD, Opcodes.FLOAD, Opcodes.ALOAD, Opcodes.DUP, Opcodes.DUP_X1,
					Opcodes.DUP_X2, Opcodes.I2L, Opcodes.I2D, Opcodes.F2L, Opcodes.F2D },
			// 2
			{ Opcodes.LCONST_0, Opcodes.LCONST_1, Opcodes.DCONST_0, Opcodes.DCONST_1, Opcodes.LLOAD, Opcodes.DLOAD,
					Opcodes.DUP2, Opcodes.DUP2_X1, Opcodes.DUP2_X2 } };

	private static final int LOWEST = -4;

	private static final int[] BY_OPCODE = new int[256];

	static {
		for (int i = 0; i < CHANGES.length; i++) {
			for (int opcode : CHANGES[i]) {
				BY_OPCODE[opcode] = LOWEST + i;
			}
		}
	}

	private OpcodeHeights() {
	}

	static int of(int opcode) {
		return BY_OPCODE[opcode];
	}

}
