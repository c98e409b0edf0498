package io.github.ratelimit.aop;

import java.util.BitSet;

/**
 * How high the stack of a method is while it runs, and which of its places hold the
 * object whose method it is. What is not followed is taken for another object.
 */
final class OperandStack {

	private int height;

	private final BitSet own = new BitSet();

	/**
	 * Note that places were added or taken away, and that those added hold others.
	 */
	void change(int places) {
		this.height = Math.max(0, this.height + places);
		this.own.clear(this.height, Math.max(this.own.length(), this.height));
	}

	/**
	 * Note that the uppermost places hold others now.
	 */
	void replaceTop(int places) {
		this.own.clear(Math.max(0, this.height - places), Math.max(this.own.length(), this.height));
	}

	void pushOwn() {
		this.own.set(this.height++);
	}

	void duplicate() {
		boolean top = isOwn(1);
		change(1);
		this.own.set(this.height - 1, top);
	}

	/**
	 * Return whether a place holds the object.
	 * @param depth the place, 1 for the uppermost
	 */
	boolean isOwn(int depth) {
		return depth <= this.height && this.own.get(this.height - depth);
	}

	OperandStack copy() {
		OperandStack copy = new OperandStack();
		copy.height = this.height;
		copy.own.or(this.own);
		return copy;
	}

}
