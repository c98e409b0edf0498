package io.github.ratelimit.aop;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Finds what a method calls of its own object. Calls of another object of the same class,
 * as of a proxy that was injected, are none; nor are those of {@code super}.
 */
final class SelfCallVisitor extends MethodVisitor {

	private final String owner;

	private final BiConsumer<String, String> calls;

	private final Map<Label, OperandStack> jumps = new HashMap<>();

	private OperandStack stack = new OperandStack();

	private boolean reachable = true;

	/**
	 * Create a visitor.
	 * @param owner internal name of the class whose method it is
	 * @param calls takes name and descriptor of the methods that are called
	 */
	SelfCallVisitor(String owner, BiConsumer<String, String> calls) {
		super(SpringAsmInfo.ASM_VERSION);
		this.owner = owner;
		this.calls = calls;
	}

	@Override
	public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
		OperandStack caught = new OperandStack();
		caught.change(1);
		this.jumps.put(handler, caught);
	}

	@Override
	public void visitLabel(Label label) {
		if (!this.reachable) {
			this.stack = this.jumps.getOrDefault(label, new OperandStack()).copy();
			this.reachable = true;
		}
	}

	@Override
	public void visitInsn(int opcode) {
		if (opcode == Opcodes.DUP) {
			this.stack.duplicate();
		}
		else if (opcode > Opcodes.DUP && opcode <= Opcodes.SWAP) {
			this.stack.change(OpcodeHeights.of(opcode));
			this.stack.replaceTop(6);
		}
		else {
			this.stack.change(OpcodeHeights.of(opcode));
		}
		this.reachable = (opcode < Opcodes.IRETURN || opcode > Opcodes.RETURN) && opcode != Opcodes.ATHROW;
	}

	@Override
	public void visitIntInsn(int opcode, int operand) {
		this.stack.change((opcode != Opcodes.NEWARRAY) ? 1 : 0);
	}

	@Override
	public void visitVarInsn(int opcode, int variable) {
		if (opcode == Opcodes.ALOAD && variable == 0) {
			this.stack.pushOwn();
		}
		else {
			this.stack.change(OpcodeHeights.of(opcode));
		}
	}

	@Override
	public void visitTypeInsn(int opcode, String type) {
		if (opcode == Opcodes.NEW) {
			this.stack.change(1);
		}
		else if (opcode != Opcodes.CHECKCAST) {
			this.stack.replaceTop(1);
		}
	}

	@Override
	public void visitFieldInsn(int opcode, String fieldOwner, String name, String descriptor) {
		int size = Type.getType(descriptor).getSize();
		switch (opcode) {
			case Opcodes.GETSTATIC -> this.stack.change(size);
			case Opcodes.PUTSTATIC -> this.stack.change(-size);
			case Opcodes.GETFIELD -> {
				this.stack.change(-1);
				this.stack.change(size);
			}
			default -> this.stack.change(-size - 1);
		}
	}

	@Override
	public void visitMethodInsn(int opcode, String methodOwner, String name, String descriptor, boolean isInterface) {
		int sizes = Type.getArgumentsAndReturnSizes(descriptor);
		int arguments = (sizes >> 2) - ((opcode == Opcodes.INVOKESTATIC) ? 1 : 0);
		if (opcode == Opcodes.INVOKEVIRTUAL && methodOwner.equals(this.owner) && this.stack.isOwn(arguments)) {
			this.calls.accept(name, descriptor);
		}
		this.stack.change(-arguments);
		this.stack.change(sizes & 3);
	}

	@Override
	public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... constants) {
		int sizes = Type.getArgumentsAndReturnSizes(descriptor);
		int arguments = (sizes >> 2) - 1;
		if (arguments > 0 && this.stack.isOwn(arguments)) {
			for (Object constant : constants) {
				if (constant instanceof Handle handle && handle.getTag() == Opcodes.H_INVOKEVIRTUAL
						&& handle.getOwner().equals(this.owner)) {
					this.calls.accept(handle.getName(), handle.getDesc());
				}
			}
		}
		this.stack.change(-arguments);
		this.stack.change(sizes & 3);
	}

	@Override
	public void visitJumpInsn(int opcode, Label label) {
		this.stack.change(OpcodeHeights.of(opcode));
		jump(label);
		this.reachable = opcode != Opcodes.GOTO;
	}

	@Override
	public void visitLdcInsn(Object value) {
		this.stack.change((value instanceof Long || value instanceof Double) ? 2 : 1);
	}

	@Override
	public void visitTableSwitchInsn(int min, int max, Label fallback, Label... labels) {
		visitSwitch(fallback, labels);
	}

	@Override
	public void visitLookupSwitchInsn(Label fallback, int[] keys, Label[] labels) {
		visitSwitch(fallback, labels);
	}

	private void visitSwitch(Label fallback, Label[] labels) {
		this.stack.change(-1);
		jump(fallback);
		for (Label label : labels) {
			jump(label);
		}
		this.reachable = false;
	}

	private void jump(Label label) {
		this.jumps.putIfAbsent(label, this.stack.copy());
	}

	@Override
	public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
		this.stack.change(1 - dimensions);
	}

}
