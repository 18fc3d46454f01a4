#ifndef BRGSA_CNIFTI_H
#define BRGSA_CNIFTI_H

/*
 * The functions of libnifti that the module Volumes uses. They only convert numbers to numbers.
 *
 * libnifti 3.0.1 aborts the process on some headers, so its functions that read a file, a name or a
 * header are not available here. NIfTIHeader.swift checks every argument before a call.
 * The functions do not allocate memory, print text or have state.
 */

/* Returns the bytes of one voxel of a NIfTI datatype code; 0 for an unknown code. */
int cnifti_bytes_per_voxel(int datatype);

/*
 * Converts a qform to an affine.
 *
 * In: quaternion (b, c, d); offset (x, y, z) and spacing (x, y, z) in the same unit; qfac, which is
 * negative if the third axis is flipped. Out: affine, three rows of four numbers, which maps voxel
 * indices to RAS+ coordinates.
 * If the quaternion is longer than 1, it is normalised.
 */
void cnifti_affine_of_quaternion(const double quaternion[3], const double offset[3],
                                 const double spacing[3], double qfac, double affine[12]);

/*
 * Finds the nearest anatomical direction of each voxel axis. Each axis gets a different one.
 *
 * In: affine, three rows of four numbers. Out: the codes of voxel axes 1, 2 and 3, as in
 * cnifti_direction. Returns 1, or 0 if the affine has no orientation.
 */
int cnifti_orientation(const double affine[12], int codes[3]);

/* The codes of cnifti_orientation. For example, "towards right" is libnifti's NIFTI_L2R. */
enum cnifti_direction {
  cnifti_towards_right = 1,
  cnifti_towards_left = 2,
  cnifti_towards_anterior = 3,
  cnifti_towards_posterior = 4,
  cnifti_towards_superior = 5,
  cnifti_towards_inferior = 6
};

#endif
