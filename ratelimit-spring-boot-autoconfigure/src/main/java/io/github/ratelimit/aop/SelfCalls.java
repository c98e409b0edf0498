package io.github.ratelimit.aop;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.util.ClassUtils;

/**
 * Finds the calls that objects of a class make to themselves, in the class's file and
 * those of the classes above it. Where there is no file, as in a native image, none are
 * found.
 */
final class SelfCalls {

	private static final Log logger = LogFactory.getLog(SelfCalls.class);

	private SelfCalls() {
	}

	static Set<SelfCall> of(Class<?> type) {
		Set<SelfCall> calls = new LinkedHashSet<>();
		for (Class<?> declaring = type; declaring != null && declaring != Object.class
				&& !declaring.getName().startsWith("org.springframework."); declaring = declaring.getSuperclass()) {
			read(declaring, calls);
		}
		return calls;
	}

	private static void read(Class<?> type, Set<SelfCall> calls) {
		try (InputStream file = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			if (file != null) {
				new ClassReader(file).accept(new Methods(calls), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		}
		catch (IOException | RuntimeException ex) {
			// Of a Java that is newer than what reads it: nothing is known of it.
			logger.debug("Class file of " + type.getName() + " cannot be read", ex);
		}
	}

	/**
	 * A call of an object to itself.
	 *
	 * @param caller name of the method that calls
	 * @param callerDescriptor its descriptor, {@code null} where it is a lambda in it
	 * @param name name of the method that is called
	 * @param descriptor its descriptor
	 */
	record SelfCall(String caller, @Nullable String callerDescriptor, String name, String descriptor) {

	}

	private static final class Methods extends ClassVisitor {

		private static final String LAMBDA = "lambda$";

		private final Set<SelfCall> calls;

		private String owner = "";

		Methods(Set<SelfCall> calls) {
			super(SpringAsmInfo.ASM_VERSION);
			this.calls = calls;
		}

		@Override
		public void visit(int version, int access, String name, @Nullable String signature, @Nullable String superName,
				String @Nullable [] interfaces) {
			this.owner = name;
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			if ((access & (Opcodes.ACC_STATIC | Opcodes.ACC_BRIDGE | Opcodes.ACC_ABSTRACT)) != 0) {
				return null;
			}
			boolean lambda = name.startsWith(LAMBDA) && (access & Opcodes.ACC_SYNTHETIC) != 0;
			String caller = (lambda) ? name.substring(LAMBDA.length()).replaceFirst("\\$\\d+$", "") : name;
			return new SelfCallVisitor(this.owner, (called, calledDescriptor) -> this.calls
				.add(new SelfCall(caller, (lambda) ? null : descriptor, called, calledDescriptor)));
		}

	}

}
